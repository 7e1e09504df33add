"""``next.config.py``: what Next.js reads in ``next.config.js``, as far as an API has a use for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from nextwsgi.front.rules import HeaderRule, Reader, Redirect, Rewrite

KEYS = {
    "basePath": (str, "text"),
    "trailingSlash": (bool, "True or False"),
    "skipTrailingSlashRedirect": (bool, "True or False"),
    "poweredByHeader": (bool, "True or False"),  # Next.js sends that header with pages alone
    "compress": (bool, "True or False"),
    "env": (Mapping, "a dict"),
    "headers": (object, ""),
    "redirects": (object, ""),
    "rewrites": (object, ""),
}

# Of pages, of the build, and of servers that are not here: taken, so that a configuration can be shared.
IDLE = (
    *("adapterPath", "agentRules", "allowedDevOrigins", "assetPrefix", "bundlePagesRouterDependencies"),
    *("cacheComponents", "cacheHandler", "cacheHandlers", "cacheLife", "cacheMaxMemorySize"),
    *("cleanDistDir", "compiler", "configOrigin", "crossOrigin", "deploymentId", "deprecated"),
    *("devIndicators", "distDir", "enablePrerenderSourceMaps", "eslint", "excludeDefaultMomentLocales"),
    *("experimental", "expireTime", "exportPathMap", "generateBuildId", "generateEtags"),
    *("htmlLimitedBots", "httpAgentOptions", "i18n", "images", "instrumentationClientInject", "logging"),
    *("modularizeImports", "onDemandEntries", "output", "outputFileTracingExcludes"),
    *("outputFileTracingIncludes", "outputFileTracingRoot", "outputHashSalt", "pageExtensions"),
    *("partialPrefetching", "productionBrowserSourceMaps", "reactCompiler", "reactMaxHeadersLength"),
    *("reactProductionProfiling", "reactStrictMode", "sassOptions", "serverExternalPackages"),
    *("skipMiddlewareUrlNormalize", "skipProxyUrlNormalize"),
    *("staticPageGenerationTimeout", "supportsImmutableAssets", "target", "transpilePackages"),
    *("turbopack", "typedRoutes", "typescript", "useFileSystemPublicRoutes", "watchOptions", "webpack"),
)

_LISTS = ("beforeFiles", "afterFiles", "fallback")


@dataclass
class NextConfig:
    """A project's configuration, read."""

    base_path: str = ""
    trailing_slash: bool = False
    keeps_slashes: bool = False
    """Whether a path is answered with a slash at its end and without one alike."""
    compress: bool = False
    """Next.js compresses unless it is told not to; here the proxy in front does, unless it is told to."""
    env: dict[str, str] = field(default_factory=dict)
    headers: list[HeaderRule] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    before_files: list[Rewrite] = field(default_factory=list)
    after_files: list[Rewrite] = field(default_factory=list)
    fallback: list[Rewrite] = field(default_factory=list)


def read_config(value: object) -> tuple[NextConfig, list[str]]:
    """Read what ``config`` holds, a dict or a function that returns one, and say what is wrong with it."""
    value = _called(value)
    if not isinstance(value, Mapping):
        return NextConfig(), [f"config must be a dict, or a function that returns one, not {_kind(value)}"]
    problems = [*_key_problems(value)]
    if problems:
        return NextConfig(), problems
    reader = Reader(value.get("basePath", ""))
    config = NextConfig(
        base_path=value.get("basePath", ""),
        trailing_slash=value.get("trailingSlash", False),
        keeps_slashes=value.get("skipTrailingSlashRedirect", False),
        compress=value.get("compress", False),
        env=dict(value.get("env", {})),
        headers=reader.headers(_called(value.get("headers", []))),
        redirects=reader.redirects(_called(value.get("redirects", []))),
    )
    _read_rewrites(_called(value.get("rewrites", [])), config, reader)
    return config, [*reader.problems, *loops(config)]


def _read_rewrites(value: object, config: NextConfig, reader: Reader) -> None:
    if not isinstance(value, Mapping):
        config.after_files = reader.rewrites("rewrites", value)
        return
    for name in value:
        if name not in _LISTS:
            reader.problems.append(f"rewrites has no {name!r}: it takes {', '.join(_LISTS)}")
    config.before_files = reader.rewrites("rewrites.beforeFiles", value.get("beforeFiles", []))
    config.after_files = reader.rewrites("rewrites.afterFiles", value.get("afterFiles", []))
    config.fallback = reader.rewrites("rewrites.fallback", value.get("fallback", []))


def _called(value: object) -> object:
    value = value() if callable(value) else value
    return asyncio.run(_awaited(value)) if isinstance(value, Awaitable) else value


async def _awaited(value: Awaitable[object]) -> object:
    return await value


def _key_problems(config: Mapping[str, Any]) -> Iterator[str]:
    for key, value in config.items():
        if key in KEYS:
            kind, words = KEYS[key]
            if not isinstance(value, kind):
                yield f"config.{key} must be {words}, not {value!r:.60}"
        elif key not in IDLE:
            close = get_close_matches(key, [*KEYS, *IDLE], 1)
            yield f"config has no key {key!r}" + (f": did you mean {close[0]!r}?" if close else "")
    base = config.get("basePath", "")
    if isinstance(base, str) and base and not re.fullmatch(r"(?:/[^/?#\\]+)+", base):
        yield f"config.basePath must begin with / and not end with it, not {base!r}"
    for name, text in config.get("env", {}).items() if isinstance(config.get("env"), Mapping) else ():
        if not isinstance(name, str) or not isinstance(text, str):
            yield f"config.env: names and values are text: {name!r:.60}"


def loops(config: NextConfig) -> Iterator[str]:
    """Say which redirects would send a client round and round; conditions and parameters may end it."""
    for start in config.redirects:
        seen, at = [start.source.text], start
        while not at.has and not at.missing:
            path = re.split("[?#]", at.destination.text)[0].removesuffix("/") or "/"
            if path in seen:
                yield f"redirects go round: {' -> '.join([*seen, path])}"
                break
            seen.append(path)
            following = [each for each in config.redirects if not each.has and _is_for(each, at, path)]
            if not following:
                break
            at = following[0]


def _is_for(redirect: Redirect, before: Redirect, path: str) -> bool:
    """Tell whether a redirect is for where another one leads, whatever its parameters are."""
    if before.destination.names:
        return redirect.source.text == path
    return redirect.source.match_place(path) is not None


def _kind(value: object) -> str:
    return type(value).__name__
