"""Detachment, transport and deposition of soil: on the hillslope and by daily or annual laws."""
