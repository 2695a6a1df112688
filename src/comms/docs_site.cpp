#include "comms/docs_site.hpp"

#include <filesystem>
#include <fstream>

#include "base/process.hpp"
#include "base/utf8.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::comms {
namespace {

using outbound::Delivery;
using outbound::DeliveryEnd;

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

Result<std::string> git(const std::string& repository, std::vector<std::string> args, const std::string& input = {},
                        std::map<std::string, std::string> env = {}) {
  const auto verb = args.front();
  std::vector<std::string> argv{"git", "-C", repository};
  argv.insert(argv.end(), std::make_move_iterator(args.begin()), std::make_move_iterator(args.end()));
  auto done = TRY(run_process(
      argv,
      {.env = std::move(env), .without = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}, .input = input, .deadline = Millis{60'000}}));
  if (!done.ok()) return unavailable(fmt::format("git {} in {} failed: {}", verb, repository, clean_text(done.err, 300)));
  while (done.out.ends_with('\n')) done.out.pop_back();
  return std::move(done.out);
}

Delivery commit_to_branch(const std::string& repository, const std::string& branch, const std::string& file, const std::string& text,
                          const std::string& message, const std::string& communication, SysTime at) {
  if (!git(repository, {"rev-parse", "--git-dir"})) return {DeliveryEnd::refused, {}, repository + " is not a git repository", {}};
  if (!git(repository, {"check-ref-format", "--branch", branch})) return {DeliveryEnd::refused, {}, branch + " is no name of a branch", {}};
  const auto ref = "refs/heads/" + branch;
  const auto head = git(repository, {"rev-parse", "-q", "--verify", ref}).value_or("");
  const auto folder = git(repository, {"rev-parse", "--absolute-git-dir"});
  const auto blob = git(repository, {"hash-object", "-w", "--stdin"}, text);
  if (!folder) return retry(folder.error());
  if (!blob) return retry(blob.error());
  const auto index = *folder + "/evenkeel-docs-" + communication;
  const std::map<std::string, std::string> own_index{{"GIT_INDEX_FILE", index}};
  std::error_code ec;
  std::filesystem::remove(index, ec);
  if (!head.empty())
    if (const auto read = git(repository, {"read-tree", head}, {}, own_index); !read) return retry(read.error());
  if (const auto put = git(repository, {"update-index", "--add", "--cacheinfo", "100644," + *blob + "," + file}, {}, own_index); !put)
    return retry(put.error());
  const auto tree = git(repository, {"write-tree"}, {}, own_index);
  std::filesystem::remove(index, ec);
  if (!tree) return retry(tree.error());
  if (!head.empty() && git(repository, {"rev-parse", head + "^{tree}"}).value_or("") == *tree)
    return {DeliveryEnd::delivered, head, {}, {}};
  const auto when = fmt::format("{} +0000", to_millis(at) / 1000);
  std::vector<std::string> args{"commit-tree", *tree, "-F", "-"};
  if (!head.empty()) args.insert(args.end(), {"-p", head});
  const auto commit = git(repository, std::move(args), message + "\n\nEvenkeel-Communication: " + communication + "\n",
                          {{"GIT_AUTHOR_NAME", "Evenkeel"},
                           {"GIT_AUTHOR_EMAIL", "evenkeel@localhost"},
                           {"GIT_AUTHOR_DATE", when},
                           {"GIT_COMMITTER_NAME", "Evenkeel"},
                           {"GIT_COMMITTER_EMAIL", "evenkeel@localhost"},
                           {"GIT_COMMITTER_DATE", when}});
  if (!commit) return retry(commit.error());
  // Only from where it was read: whoever was faster keeps theirs, and the next attempt goes on top of it.
  if (const auto moved =
          git(repository, {"update-ref", "-m", "evenkeel: notes", ref, *commit, head.empty() ? std::string(commit->size(), '0') : head});
      !moved)
    return retry(moved.error());
  return {DeliveryEnd::delivered, *commit, {}, {}};
}

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
    return commit_to_branch(path.substr(0, mark), branch, folder + name, text,
                            fmt::format("{} {}", page.withdrawn ? "Take back the notes of" : "Notes of", page.version), communication, at);
  }
  std::error_code ec;
  const auto file = std::filesystem::path(path) / name;
  std::filesystem::create_directories(path, ec);
  const auto beside = file.string() + "~";
  std::ofstream out(beside, std::ios::binary);
  out << text;
  out.close();
  if (!out) return {DeliveryEnd::retry, {}, fmt::format("{} cannot be written", beside), {}};
  std::filesystem::rename(beside, file, ec);
  if (ec) return {DeliveryEnd::retry, {}, fmt::format("{}: {}", file.string(), ec.message()), {}};
  return {DeliveryEnd::delivered, fmt::format("{} sha256:{}", file.string(), to_hex(sha256(text)).substr(0, 16)), {}, {}};
}

}  // namespace evenkeel::comms
