"""The vertical profile of soil carbon under erosion and deposition (Lu et al. 2024, Eqs. 19-25)."""
