"""The bundled embedding model and the recipe that builds it."""
