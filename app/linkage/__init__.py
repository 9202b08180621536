"""Finding businesses that are likely one, though no number says so: in bulk, by a trained model; a person decides."""
