from nextwsgi.server import Response

dynamic = "force-dynamic"
revalidate = 0
maxDuration = 5
fetchCache = "auto"
preferredRegion = "auto"
runtime = "nodejs"


def GET():
    return Response("settings")
