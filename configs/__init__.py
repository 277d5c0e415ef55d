"""Which models and hardware: the YAML files and the models that validate them."""
