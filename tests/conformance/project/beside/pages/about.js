export async function getServerSideProps({ query, req }) {
  return { props: { from: query.from ?? 'nowhere', cookies: Object.keys(req.cookies).sort() } }
}

export default function About({ from, cookies }) {
  return <p id="told">{`from ${from} with ${cookies.join(' ')}`}</p>
}
