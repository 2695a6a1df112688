#include "api/printable.hpp"

#include <set>

#include "base/hex.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::api {
namespace {

constexpr std::string_view page_style =
    ":root{--page:#f6f7f9;--sheet:#fff;--ink:#14181f;--soft:#465160;--line:#d8dee6}"
    "@media(prefers-color-scheme:dark){:root{--page:#0f1319;--sheet:#171c24;--ink:#e6e9ee;--soft:#a8b2c1;--line:#333b47}}"
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}"
    "main{max-width:60rem;margin:2rem auto;padding:1.5rem 2rem;background:var(--sheet);border:1px solid var(--line);border-radius:8px}"
    "h1{margin-top:0;font-size:1.5rem;line-height:1.2}"
    "h2{margin-top:2rem;font-size:1.1rem}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}"
    "th,td{padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}"
    "[align=right]{text-align:right}"
    "td:first-child{white-space:nowrap}"
    "th{color:var(--soft);font-weight:600}"
    "figure{margin:2rem 0;break-inside:avoid}"
    "figure svg{width:100%;height:auto}"
    "@media(max-width:40rem){main{margin:0;padding:1rem;border:0;border-radius:0}"
    "table{display:block;overflow-x:auto}td:first-child{white-space:normal}}"
    "@media print{:root{--page:#fff;--sheet:#fff;--ink:#000;--soft:#333;--line:#999}"
    "main{margin:0;padding:0;border:0;max-width:none}"
    "tr{break-inside:avoid}}";

/// What stands between the first <style> and its end. In a picture of our own making nobody else's text comes before or looks like it.
std::string_view style_of(std::string_view svg) {
  constexpr std::string_view open = "<style>", close = "</style>";
  const auto from = svg.find(open), to = svg.find(close);
  return from == std::string_view::npos || to == std::string_view::npos ? std::string_view()
                                                                        : svg.substr(from + open.size(), to - from - open.size());
}

/// A document carries its styles with it, so that it can be kept and sent; the policy lets exactly these in, by their hashes (CSP level 3,
/// 6.6.2.3), and nothing else.
void allow_styles(http::Response& response, const std::set<std::string_view>& styles) {
  std::string policy = "default-src 'none'; img-src 'self'; frame-ancestors 'none'; style-src";
  for (const auto style : styles) policy += " 'sha256-" + to_base64(as_bytes(sha256(style))) + "'";
  response.headers.set("Content-Security-Policy", policy);
}

}  // namespace

http::Response text_response(const std::string& content_type, std::string body) {
  http::Response response{200};
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

http::Response picture(std::string svg) {
  auto response = text_response("image/svg+xml", std::move(svg));
  allow_styles(response, {style_of(response.body)});
  return response;
}

http::Response printable(const std::string& title, const std::string& markdown, const std::vector<std::string>& pictures) {
  std::string body = markdown::to_html(markdown);
  std::set<std::string_view> styles{page_style};
  for (const auto& svg : pictures) {
    body += "<figure>" + svg + "</figure>";
    styles.insert(style_of(svg));
  }
  auto response = text_response(
      "text/html; charset=utf-8",
      fmt::format("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                  "<meta name=\"color-scheme\" content=\"light "
                  "dark\"><title>{}</title><style>{}</style></head><body><main>{}</main></body></html>\n",
                  markdown::escaped(title), page_style, body));
  allow_styles(response, styles);
  return response;
}

}  // namespace evenkeel::api
