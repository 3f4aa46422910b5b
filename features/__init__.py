"""Sources in, one aligned stack and one design table out. Knows no models."""
