"""Viva sheets: questions to each person about their own answers."""
