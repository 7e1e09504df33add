def handler(req, res):
    id = req.query["id"]
    res.status(200).json({"id": id, "name": f"User {id}"})
