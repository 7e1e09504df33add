"""Generated inputs, put to Next.js's own modules and servers and to ours.

    python -m tests.programme differential-query    # 20,000 inputs an area
    python -m tests.programme.nextjs.record         # what tests/security/test_differential.py compares

Needs Node 20 and npm. What differs for a reason is listed in differences.py.
"""
