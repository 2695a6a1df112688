// Notes for a documentation site: one file a release, in a folder or as a commit on a branch (from which the host opens its pull request).
//
// With a connection of kind github the channel's `path` is "OWNER/REPOSITORY#BRANCH:FOLDER", and the file arrives as a pull request.
// Else `path` is the folder; "REPOSITORY#BRANCH" or "REPOSITORY#BRANCH:FOLDER" is a branch of a git repository, made when it is
// not there. Markdown files carry front matter that static site generators read; HTML files are whole pages without script.
#pragma once
#include "capabilities/delivery.hpp"
#include "comms/comms.hpp"

namespace evenkeel::comms {

struct DocsPage {
  std::string version, title, area, body;  // Markdown
  SysTime date;
  bool withdrawn = false;  // its body says so
};
/// "1.4.0.md" or "1.4.0.html"; characters that a path cannot hold become dashes.
std::string docs_file_name(const DocsPage& page, const std::string& format);
std::string docs_text(const DocsPage& page, const std::string& format, const std::string& site_title);

/// Writes the page; the same bytes again are nothing to do. Two releases at once both arrive: a branch is moved only from where it was
/// read.
capabilities::Delivery write_docs(const std::string& path, const DocsPage& page, const std::string& format, const std::string& site_title,
                                  const std::string& communication, SysTime at);

}  // namespace evenkeel::comms
