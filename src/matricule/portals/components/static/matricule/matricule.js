/* Optional script of Matricule: every page works without it. */
