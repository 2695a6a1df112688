#include "cli/cli.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "api/router.hpp"
#include "app/version.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "cli/ask.hpp"
#include "cli/parse.hpp"
#include "cli/renderings.hpp"
#include "cli/terminal.hpp"
#include "cli/visible.hpp"
#include "definitions/key_help.hpp"

namespace evenkeel::cli {
namespace {

int guard(const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) { std::fputs("evenkeel: out of memory\n", stderr); } catch (const std::exception& e) {
    fmt::print(stderr, "evenkeel: {}\n", visible(e.what()));
  }
  return 3;
}

}  // namespace

Result<std::int64_t> Args::number(const std::string& name) const {
  const auto t = text(name);
  std::int64_t n = 0;
  const auto [end, ec] = std::from_chars(t.data(), t.data() + t.size(), n);
  if (ec != std::errc{} || end != t.data() + t.size()) return invalid(fmt::format("--{}: '{}' is not a whole number", name, t), name);
  return n;
}

void Args::print(std::string_view text) const {
  auto shown = folded(visible(text), catalogue::look().width);
  if (!shown.ends_with('\n')) shown += '\n';
  if (colour) shown = coloured(std::move(shown));
  if (paged && to_pager(shown)) return;
  std::fwrite(shown.data(), 1, shown.size(), stdout);
}
void Args::print_json(const json::Value& value) const {
  const auto text = visible(json::dump(value, isatty(1) ? 2 : 0));
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!text.ends_with('\n')) std::fputc('\n', stdout);
}
void Args::progress(std::string_view text) const {
  if (isatty(2)) fmt::print(stderr, "\r\033[K{}", visible(text));
}

std::string describe(const Error& error) {
  std::string text = "evenkeel: " + error.message + "\n";
  if (error.complaints.size() > 1 ||
      (error.complaints.size() == 1 && error.message.find(error.complaints.front().message) == std::string::npos))
    for (const auto& c : error.complaints) text += fmt::format("  {}{}{}\n", c.field, c.field.empty() ? "" : ": ", c.message);
  for (const auto& r : error.refusals) {
    text += fmt::format("  \u00d7 {}: {}\n", r.rule, r.value);
    if (!r.limit.empty()) text += fmt::format("      required:  {}\n", r.limit);
    if (!r.evidence.empty()) text += fmt::format("      evidence:  {}\n", r.evidence);
    if (!r.next_step.empty()) text += fmt::format("      next step: {}{}\n", r.next_step, r.who.empty() ? "" : " (" + r.who + ")");
  }
  return text;
}

json::Value error_document(const Error& error) { return json::parse(api::problem(error, http_status(error.kind)).body).value(); }

Result<std::string> read_input(const std::string& path) {
  if (path != "-" && !path.ends_with(".gz")) return read_file(path);
  std::string bytes;
  if (path == "-") {
    char buffer[65536];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) bytes.append(buffer, n);
    if (std::ferror(stdin)) return invalid("cannot read standard input");
  } else {
    gzFile in = gzopen(path.c_str(), "rb");
    if (!in) return invalid(fmt::format("{}: {}", path, std::strerror(errno)), path);
    char buffer[65536];
    int n = 0;
    while ((n = gzread(in, buffer, sizeof buffer)) > 0) bytes.append(buffer, std::size_t(n));
    int code = 0;
    const std::string why = n < 0 ? gzerror(in, &code) : "";
    gzclose(in);
    if (n < 0) return invalid(fmt::format("{}: not a whole gzip file: {}", path, why), path);
  }
  return bytes;
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new~";
  const auto wrong = [&](const char* what) {
    const std::string why = std::strerror(errno);
    ::unlink(temporary.c_str());
    return fail(ErrorKind::unavailable, fmt::format("{}: cannot {}: {}", path, what, why), path);
  };
  FILE* out = std::fopen(temporary.c_str(), "wb");
  if (!out) return wrong("write beside it");
  const bool written =
      std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size() && std::fflush(out) == 0 && ::fsync(fileno(out)) == 0;
  if (std::fclose(out) != 0 || !written) return wrong("write");
  std::error_code ec;
  if (std::filesystem::exists(path, ec)) std::filesystem::permissions(temporary, std::filesystem::status(path, ec).permissions(), ec);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return wrong("replace");
  return {};
}

namespace {

/// What was printed has arrived, or it is said that it has not: nobody takes half an answer for a whole one.
bool all_is_written() {
  const bool flushed = std::fflush(stdout) == 0;
  return flushed && !std::ferror(stdout);
}
int ended(int code) {
  if (all_is_written()) return code;
  fmt::print(stderr, "evenkeel: cannot write the answer: {}\n", std::strerror(errno ? errno : EIO));
  return 3;
}

int failed(const Error& error, bool as_json) {
  std::fputs(visible(as_json ? json::dump(error_document(error)) + "\n" : describe(error)).c_str(), stderr);
  return ended(exit_code(error.kind));
}

/// Required values that are typed unseen, such as a password.
Result<void> ask_for_unseen(const Command& command, Args& args) {
  for (const auto& p : command.params)
    if (p.required && p.unseen && !args.has(p.name)) args.set(p.name, {TRY(ask_unseen(p.help, p))}, Origin::fallback);
  return {};
}

/// What is asked for without being a command: help, the manual page, the version.
int explain(const Call& call) {
  const auto text = call.version ? fmt::format("evenkeel {}\n", app::version) : help(commands(), call.help_of, terminal_width());
  if (!to_pager(text)) write_raw(text);
  return ended(0);
}

/// `evenkeel help yaml services.deploy`.
int explain_key(const std::string& path) {
  catalogue::look().width = terminal_width();
  const auto text = definitions::key_help(path, terminal_width());
  if (!text) return failed(text.error(), false);
  if (!to_pager(*text)) write_raw(*text);
  return ended(0);
}

}  // namespace

int run(int argc, char** argv) {
  return guard([&] {
    const std::vector<std::string> words{argv + 1, argv + argc};
    if (words == std::vector<std::string>{"help", "--man"}) {
      write_raw(man_page(commands()));
      return ended(0);
    }
    if (words.size() > 1 && words[0] == "help" && words[1] == "yaml") return explain_key(words.size() > 2 ? words[2] : "");
    auto call = parse(words);
    if (!call) return failed(call.error(), std::find(words.begin(), words.end(), "--json") != words.end());
    if (!call->command) return explain(*call);
    if (auto asked = ask_for_unseen(*call->command, call->args); !asked) return failed(asked.error(), call->args.json);
    call->args.colour = !call->args.json && is_coloured(call->args.text("color"));
    catalogue::look() = {.width = terminal_width(), .local_times = bool(::isatty(1))};
    errno = 0;
    const auto code = call->command->run(call->args);
    return code ? ended(*code) : failed(code.error(), call->args.json);
  });
}

}  // namespace evenkeel::cli
