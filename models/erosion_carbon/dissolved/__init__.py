"""Dissolved organic carbon: made, decayed, sorbed, washed out (Lu et al. 2024, Eqs. 1-18)."""
