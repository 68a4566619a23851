"""S3, AWS's own or another's, through AWS's own client: our objects, buckets that others write, and their notifications.

The client (botocore) is imported only where an `s3://` address is in use, because that takes a quarter of a second.
"""
