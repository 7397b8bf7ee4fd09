"""An S3 API server as a process of its own: moto, without looking up the service for every request."""

import sys

from moto.server import create_backend_app
from werkzeug.serving import run_simple

if __name__ == "__main__":
    run_simple("127.0.0.1", int(sys.argv[1]), create_backend_app("s3"), threaded=True)
