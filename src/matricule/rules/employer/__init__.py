"""What the texts say of an employer's request: who may be registered, as what, where, and when (seed 000)."""
