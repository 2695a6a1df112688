#include "comms/changelog_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/hex.hpp"
#include "changelog/edit.hpp"
#include "comms/publish_place.hpp"
#include "gitlog/plumbing.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::comms {
namespace {

using capabilities::Delivery;
using capabilities::DeliveryEnd;
using gitlog::FileCommit;
using gitlog::Git;

constexpr const char* new_file =
    "# Changelog\n\nAll notable changes to this project are documented in this file.\n\n"
    "The format is based on [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).\n";

bool stands_there(const changelog::Document& document, const std::string& text) {
  const auto* unreleased = document.unreleased();
  if (!unreleased) return false;
  for (const auto& section : unreleased->sections)
    for (const auto& entry : section.entries)
      if (document.entry(section, entry).text.ends_with(text)) return true;
  return false;
}

Delivery refused(const Error& error) { return {DeliveryEnd::refused, {}, error.message, {}}; }
Delivery retry(const Error& error) { return {DeliveryEnd::retry, {}, error.message, {}}; }

/// The file in the work tree follows the branch when it stood as in `before`; a person's unsaved edits stay.
void follow_branch(const Git& git, const std::string& file, const std::string& before) {
  const auto bare = git.run({"rev-parse", "--is-bare-repository"});
  if (!bare || *bare == "true") return;
  if (before.empty()) {
    if (git.says_yes({"cat-file", "-e", "HEAD:" + file}) && git.run({"ls-files", "--", file}).value_or("x").empty())
      (void)git.run({"checkout", "-q", "HEAD", "--", file});
    return;
  }
  if (git.says_yes({"diff", "--quiet", before, "--", file}) && git.says_yes({"diff", "--cached", "--quiet", before, "--", file}))
    (void)git.run({"checkout", "-q", "HEAD", "--", file});
}

}  // namespace

Result<std::string> edited_file(const std::string& text, const FileEdit& edit) {
  auto document = changelog::Document::parse(text.empty() ? new_file : text);
  if (edit.yank) {
    if (!document.find(edit.version)) return text;
    return TRY(changelog::yank_release(document, edit.version)).text;
  }
  if (document.find(edit.version)) return text;
  for (const auto& entry : edit.entries) {
    const auto words = markdown::without_html(entry.text);
    if (!stands_there(document, words))
      document = changelog::Document::parse(TRY(changelog::add_entry(document, entry.type, words, entry.breaking)).text);
  }
  return TRY(changelog::cut_release(document, edit.version, edit.date)).text;
}

Delivery edit_in_folder(const std::string& path, const FileEdit& edit) {
  std::string before;
  if (std::error_code ec; std::filesystem::exists(path, ec) || ec) {  // what cannot be read is no empty file
    auto there = read_file(path);
    if (!there) return retry(there.error());
    before = *std::move(there);
  }
  const auto after = edited_file(before, edit);
  if (!after) return refused(after.error());
  if (*after != before)
    if (const auto written = write_whole(path, *after); !written) return retry(written.error());
  return {DeliveryEnd::delivered, fmt::format("{} sha256:{}", path, to_hex(sha256(*after)).substr(0, 16)), {}, {}};
}

Delivery edit_in_git(const std::string& path, const FileEdit& edit, const std::string& communication, SysTime at) {
  const Git git{path};
  const auto found = git.raw({"rev-parse", "--git-dir"});
  if (!found) return retry(found.error());
  if (!found->ok()) return {DeliveryEnd::refused, {}, fmt::format("{} is not a git repository", path), {}};
  const auto trailer = "Evenkeel-Communication: " + communication;
  auto head = git.run({"rev-parse", "-q", "--verify", "HEAD"}).value_or("");
  if (!head.empty()) {
    const auto earlier = git.run({"log", "-1", "--format=%H", "-F", "--grep=" + trailer, "HEAD"});
    if (!earlier) return retry(earlier.error());
    if (!earlier->empty()) {
      follow_branch(git, edit.file, git.run({"rev-parse", "-q", "--verify", *earlier + "^"}).value_or(""));
      return {DeliveryEnd::delivered, *earlier, {}, {}};
    }
  }
  const auto stands = git.file_at(head, edit.file);
  if (!stands) return retry(stands.error());
  const auto& before = *stands;
  const auto after = edited_file(before, edit);
  if (!after) return refused(after.error());
  if (*after == before) return {DeliveryEnd::delivered, head.empty() ? "nothing to do" : head, {}, {}};
  FileCommit wanted{.base = head, .parents = {}, .file = edit.file, .text = *after, .message = {}, .at = at};
  if (!head.empty()) wanted.parents = {head};
  wanted.message = fmt::format("{} {} in the changelog\n\n{}\n", edit.yank ? "Take back" : "Release", edit.version, trailer);
  const auto commit = make_commit(git, wanted);
  if (!commit) return retry(commit.error());
  if (const auto moved =
          git.run({"update-ref", "-m", "evenkeel: changelog", "HEAD", *commit, head.empty() ? std::string(commit->size(), '0') : head});
      !moved)
    return retry(moved.error());
  follow_branch(git, edit.file, head);
  return {DeliveryEnd::delivered, *commit, {}, {}};
}

}  // namespace evenkeel::comms
