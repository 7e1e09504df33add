import logging

from lib.upstream import Failed
from lib.weather import LONGEST, Weather, fetch_weather
from nextwsgi import ApiError, NextApiRequest, NextApiResponse
from nextwsgi.middleware import with_rate_limit

log = logging.getLogger(__name__)


@with_rate_limit(300)  # 300 requests per hour: each may cost one of the key's
async def handler(req: NextApiRequest, res: NextApiResponse[Weather]) -> None:
    if req.method != "GET":
        res.setHeader("Allow", "GET")
        return res.status(405).json({"error": "Method not allowed"})

    try:
        city = req.query.get("city")

        if not city or not isinstance(city, str) or not city.strip():
            return res.status(400).json({"error": "City parameter is required"})
        if len(city) > LONGEST:
            return res.status(400).json({"error": f"City parameter has more than {LONGEST} characters"})

        transformed_data = await fetch_weather(city)

        res.status(200).json(transformed_data)
    except Failed as error:
        log.error("Weather API error: %s", error.reason)
        res.status(error.status).json({"error": "Failed to fetch weather data"})
    except ApiError as error:  # no such city, or no key
        res.status(error.status).json({"error": error.message})
