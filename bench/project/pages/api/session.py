def handler(req, res):
    res.status(200).json({"session": req.cookies["session"]})
