"""The only code that writes a dossier (house.md, section 2): one function a change, all of the same shape."""
