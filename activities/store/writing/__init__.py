"""The register: written only by activities, one transaction per flush."""
