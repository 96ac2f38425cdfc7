"""Keeping secrets secret: passwords, redaction, and clear text where none may be."""
