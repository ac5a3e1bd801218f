"""The door that portals for professionals share: a passkey first, else an e-mailed code with an app's."""
