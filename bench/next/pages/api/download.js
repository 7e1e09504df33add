import { Readable } from "node:stream";

export const config = { api: { responseLimit: false } };

const PIECE = Buffer.alloc(64 * 1024);

export default function handler(req, res) {
  const size = Number(req.query.bytes);
  res.setHeader("Content-Type", "application/octet-stream");
  res.setHeader("Content-Length", size);
  const pieces = function* () {
    for (let left = size / PIECE.length; left > 0; left--) yield PIECE;
  };
  return new Promise((done) => {
    Readable.from(pieces()).pipe(res).on("close", done);
  });
}
