import asyncio

pause = asyncio.sleep


async def handler(req, res):
    res.writeHead(
        200,
        {
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-cache, no-transform",
        },
    )
    for i in range(3):
        res.write(f"data: {i}\n\n")
        await pause(0.02)
    res.end()
