"""The demo's directory of companies: a few invented ones, their SIRET with a good key."""

from matricule.accounts.directory import Found

LUMEN = "91234567500017"
"""The SIRET of the company whose people the demo has (demo.company).

It stands here and not there: the settings are checked, and so is an adapter, before there is a model.
"""

COMPANIES = {
    LUMEN: Found("Atelier Lumen", "4 quai Vauban", "25000", "Besançon"),
    "73282932000074": Found("Menuiserie du Lison", "12 rue des Frênes", "25330", "Amancey"),
    "90000000100017": Found("Comptoir Bellevaux", "8 rue de la Préfecture", "25000", "Besançon"),
}


class Invented:
    """Knows the invented companies and nobody else."""

    def find(self, siret: str) -> Found | None:
        """Return the invented company of a SIRET."""
        return COMPANIES.get(siret)
