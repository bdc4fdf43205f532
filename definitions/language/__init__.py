"""The language a policy officer writes: frozen models of the YAML files, nothing that computes."""
