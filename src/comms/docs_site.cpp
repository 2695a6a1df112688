#include "comms/docs_site.hpp"

#include <filesystem>

#include "comms/branch_commit.hpp"
#include "comms/publish_place.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::comms {
namespace {

using capabilities::Delivery;
using capabilities::DeliveryEnd;

/// A double-quoted YAML scalar.
std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

Delivery retry(const Error& error) { return {DeliveryEnd::retry, {}, error.message, {}}; }

}  // namespace

std::string docs_file_name(const DocsPage& page, const std::string& format) {
  auto name = page.version;
  for (auto& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '+') c = '-';
  while (name.starts_with('.')) name.erase(0, 1);
  return (name.empty() ? "release" : name) + (format == "html" ? ".html" : ".md");
}

std::string docs_text(const DocsPage& page, const std::string& format, const std::string& site_title) {
  const auto& body = page.body;
  if (format != "html")
    return fmt::format("---\ntitle: {}\ndate: {}\nversion: {}\nproduct: {}\nslug: {}\nwithdrawn: {}\n---\n\n{}{}", yaml_text(page.title),
                       to_date(page.date), yaml_text(page.version), yaml_text(page.area), yaml_text(page.version),
                       page.withdrawn ? "true" : "false", body, body.ends_with('\n') ? "" : "\n");
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>{0} · {1}</title>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n<p><time datetime=\"{2}\">{2}</time> · "
      "{3}</p>\n{4}"
      "</main>\n</body>\n</html>\n",
      markdown::escaped(page.title), markdown::escaped(site_title), to_date(page.date), markdown::escaped(page.area),
      markdown::to_html(body, 2));
}

Delivery write_docs(const std::string& path, const DocsPage& page, const std::string& format, const std::string& site_title,
                    const std::string& communication, SysTime at) {
  const auto name = docs_file_name(page, format);
  const auto text = docs_text(page, format, site_title);
  if (const auto mark = path.rfind('#'); mark != std::string::npos) {
    auto branch = path.substr(mark + 1);
    std::string folder;
    if (const auto colon = branch.find(':'); colon != std::string::npos) folder = branch.substr(colon + 1) + "/", branch.resize(colon);
    return commit_to_branch(path.substr(0, mark),
                            {.branch = branch,
                             .file = folder + name,
                             .text = [&](const std::string&) { return text; },
                             .message = fmt::format("{} {}\n\nEvenkeel-Communication: {}\n",
                                                    page.withdrawn ? "Take back the notes of" : "Notes of", page.version, communication),
                             .at = at});
  }
  std::error_code ec;
  const auto file = std::filesystem::path(path) / name;
  std::filesystem::create_directories(path, ec);
  if (const auto written = write_whole(file.string(), text); !written) return retry(written.error());
  return {DeliveryEnd::delivered, fmt::format("{} sha256:{}", file.string(), to_hex(sha256(text)).substr(0, 16)), {}, {}};
}

}  // namespace evenkeel::comms
