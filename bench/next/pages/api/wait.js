export default async function handler(req, res) {
  await new Promise((done) => setTimeout(done, 10));
  res.status(200).json({ message: "Hello" });
}
