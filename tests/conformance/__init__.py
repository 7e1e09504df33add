"""The same requests put to real Next.js and to nextwsgi, and their answers compared."""
