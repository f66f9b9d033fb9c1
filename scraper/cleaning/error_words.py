"""The words on pages about errors, logins, maintenance, blocks and parked domains."""

from __future__ import annotations

from scraper.text import fold

_THE_PAGE = """
trang web website bài viết tin nội dung đường dẫn liên kết địa chỉ url link cổng thông điện tử hệ thống máy
chủ site tên miền cơ sở dữ liệu tài nguyên khoản hosting ip thư mục kết quả dịch vụ
"""
_WHAT_HAPPENED = """
không còn tồn tại đã bị xóa xoá gỡ bỏ tìm thấy đúng hiện sai lỗi bảo trì nâng cấp đang được tạm thời ngưng
ngừng đóng cửa hoạt động quá tải gián đoạn nối thể xử lý chặn từ chối khóa khoá bất thường dấu hiệu tường lửa
nhầm lẫn mã sự cố rô bốt robot captcha hết hạn gia rao bán mua cài đặt thành công nhanh lý do đăng nhập mật
khẩu ký viên phiên làm việc quyền phép cập nhật xây dựng chưa dành riêng chỉ bằng mới có hoặc lượt vượt giới
"""
_WHAT_TO_DO = """
bạn quý khách độc đọc giả vị vui lòng xin hãy mời thử lại sau ít phút quay trở về chủ nhấn bấm liên hệ quản
trị mong cảm ơn chúng tôi rất tiếc yêu cầu truy cập phù hợp nào các để phục vụ tốt hơn tiếp tục xem gửi kèm
nhà cung lúc này bên dưới sử dụng giây xác minh nhận nhập phải cần người trình duyệt kiểm tra và của khi nếu
cho trên lên vì sự tiện thông hỗ trợ dự kiến giờ thêm khác một trước đó đến với là theo muốn nút tải kích hoạt
gì đây đi
"""
_PROXIES = """
lấy trung gian trả lời hết thời chờ đọc dữ liệu mạng kết gốc phía kịp hiểu cấu hình hợp lệ proxy cache reply answer
received invalid behind sent send cannot did complete allowed made host header virtual known unknown dns entry check
name authentication retrieved zero bytes contact process because its long uri too varnish backend fetch failed guru
meditation xid handle document another location closed before returned code minutes few
"""
_ENGLISH = """
page server address content post article domain database connection error not found could be can t s that this
it looks like nothing was at location under maintenance construction scheduled performing currently we are is
unable temporarily service unavailable your request access denied forbidden blocked permission have has been
do does to you complete verify human gain checking browser before accessing process automatic will redirect
shortly too many requests sent slow down for sale buy owner of offering it account suspended contact hosting
provider more information successfully installed working further configuration required nginx apache if see
establishing lost password username or email log in sign continue view read admin administrator please try
again later return home use the search box come back soon thank patience our on a an and by with from moment
wait enable javascript cookies security ray id seconds exist exists longer available moved removed requested
url resource internal bad gateway timeout time out just oops sorry go here click link support team down
upgrading being us i am robot forgot remember me register member members only must logged need website web
"""
_FUNCTION = """
có các và của khi cho trên vì đến với là theo một đó trước thêm khác người nào để này cần vị ở trong từ những
được bị đã đang đi lên mới phải nếu hoặc the a an and of to in is are at by for on be it that this with or if
as was
"""

ERROR_WORDS = frozenset(f"{_THE_PAGE} {_WHAT_HAPPENED} {_WHAT_TO_DO} {_ENGLISH} {_PROXIES}".split())
"""In lower case, with their marks."""

FUNCTION_WORDS = frozenset(_FUNCTION.split())
"""Words that every text has, so that they prove nothing."""

BARE_ERROR_WORDS = frozenset(map(fold, ERROR_WORDS))
BARE_FUNCTION_WORDS = frozenset(map(fold, FUNCTION_WORDS))
"""The same words without marks, for texts written without marks."""
