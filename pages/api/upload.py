import logging
from datetime import UTC, datetime

from lib.uploads import FIELDS, FOLDER, LIMIT, discard, new_name
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.formidable import FormidableError, formidable
from nextwsgi.middleware import with_rate_limit

log = logging.getLogger(__name__)

config = {"api": {"bodyParser": False}}


@with_rate_limit(100)  # 100 requests per hour: files fill the disk
async def handler(req: NextApiRequest, res: NextApiResponse[dict[str, object]]) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    try:
        form = formidable(
            uploadDir=FOLDER,
            keepExtensions=True,
            filename=new_name,
            maxFiles=1,
            maxFileSize=LIMIT,
            maxFieldsSize=FIELDS,
        )

        fields, files = await form.parse(req)
    except FormidableError as error:
        log.info("Upload error: %s", error)
        return res.status(error.httpCode).json({"error": error.message})

    if "file" not in files:
        discard(files)
        return res.status(400).json({"error": "No file uploaded"})
    file = files["file"][0]
    name, email = (fields.get(field, [""])[0] for field in ("name", "email"))
    if not name or not email:
        discard(files)
        return res.status(400).json({"error": "Missing required fields", "required": ["name", "email"]})

    # Process the uploaded file
    file_info = {
        "originalName": file.originalFilename,
        "fileName": file.newFilename,
        "size": file.size,
        "type": file.mimetype,
        "uploadedBy": {"name": name, "email": email},
        "uploadedAt": datetime.now(UTC),
    }

    return res.status(200).json({"message": "File uploaded successfully", "file": file_info})
