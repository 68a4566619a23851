"""The ledger: websites, affiliates and their codes; models and repositories. Money comes to live here as well."""
