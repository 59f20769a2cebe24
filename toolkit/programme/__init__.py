"""The programme: what is asked of whom and when."""

FILE_NAME = "chuong-trinh.xlsx"
INCOMING = "nhan-ve"  # beside it, what comes in
