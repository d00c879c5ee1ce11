"""Training the bundled model further: data, the training itself, and what measures it."""
