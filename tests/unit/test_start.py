import subprocess
import sys


def test_the_web_process_starts_without_heavy_libraries() -> None:
    heavy = "{'PIL', 'cryptography', 'icalendar', 'numpy', 'openpyxl', 'ortools', 'typst', 'xlsxwriter'}"
    code = f"import sys, app.main; sys.exit(', '.join(sorted({heavy} & set(sys.modules))) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
