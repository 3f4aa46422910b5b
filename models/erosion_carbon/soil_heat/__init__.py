"""Soil temperature, ice and thaw: heat conduction with phase change under snow and moss."""
