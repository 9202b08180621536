"""What the API says of itself: OpenAPI documents, JSON Schemas and test vectors, made from the code."""
