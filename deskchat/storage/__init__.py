"""How things are kept. All SQL is here."""
