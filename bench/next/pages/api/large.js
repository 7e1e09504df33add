const USERS = Array.from({ length: 950 }, (_, number) => ({
  id: number,
  name: `User ${number}`,
  email: `user${number}@example.org`,
  active: number % 2 === 0,
  score: number + 0.25,
  tags: ["one", "two"],
}));

export default function handler(req, res) {
  res.status(200).json(USERS);
}
