function answer(request) {
  return Response.json({ method: request.method })
}

export const POST = answer
