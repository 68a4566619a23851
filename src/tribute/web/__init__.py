"""The pages: sign-in, the affiliates' portal, the owner's console. All they show comes from `reports`."""
