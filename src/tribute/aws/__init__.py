"""AWS-shaped doors: Firehose and Timestream as AWS's own clients speak to them, every request signed with SigV4."""
