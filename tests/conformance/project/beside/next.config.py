import os

next_js = os.environ.get("NEXT_PORT")
rules = [{"source": "/:path*", "destination": f"http://127.0.0.1:{next_js}/:path*"}]
config = {"compress": bool(os.environ.get("COMPRESS")), "rewrites": {"fallback": rules if next_js else []}}
