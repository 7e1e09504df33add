"""gunicorn's settings where all applications run alike; workers and threads come from the command line."""

import os

keepalive = 65
worker_connections = 2000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
control_socket_disable = True
