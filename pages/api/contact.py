from lib.contact import is_email, keep, problem, read_contact
from lib.database import with_database
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import compose, with_rate_limit


@compose(with_rate_limit(100), with_database)  # 100 requests per hour
def handler(req: NextApiRequest, res: NextApiResponse[dict[str, object]]) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    contact = name, email, message = read_contact(req.body)

    # Validate required fields
    if not name or not email or not message:
        return res.status(400).json(
            {"error": "Missing required fields", "required": ["name", "email", "message"]}
        )

    # What a database or a mail cannot hold
    if error := problem(contact):
        return res.status(400).json({"error": error})

    # Validate email format
    if not is_email(email):
        return res.status(400).json({"error": "Invalid email format"})

    # Process the contact form
    message_id = keep(contact)

    return res.status(200).json({"message": "Contact form submitted successfully", "id": message_id})
