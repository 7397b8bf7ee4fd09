"""What publishers have loaded when they begin: the program, what its commands load, what boto3 reads from files."""

import boto3
import pytest

import macros.__main__
import macros.publish.bucket
import macros.publish.progress
import macros.publish.publishing
import macros.publish.targets
import tests.publish.publisher

LOADED = (macros, pytest, tests)
"""Named, so that nobody takes the imports for unused. Without xdist each publisher would load pytest, as `__main__`."""

# The description of the service is read once. Keys that are given by hand are not remembered.
boto3.client("s3", aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1")
