#include "markdown/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "markdown/literal.hpp"

namespace evenkeel::markdown {
namespace {

using Parser = std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)>;
using Node = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;

Parser new_parser() {
  static std::once_flag once;
  std::call_once(once, cmark_gfm_core_extensions_ensure_registered);
  Parser parser{cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8), cmark_parser_free};
  for (const auto* name : {"table", "strikethrough", "autolink"})
    if (auto* extension = cmark_find_syntax_extension(name)) cmark_parser_attach_syntax_extension(parser.get(), extension);
  return parser;
}

template <class Visit>
void each(cmark_node* root, cmark_node_type type, Visit visit) {
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> walk{cmark_iter_new(root), cmark_iter_free};
  for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(walk.get()))
    if (auto* node = cmark_iter_get_node(walk.get()); event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == type) visit(node);
}

/// Headings keep their distances and stop at six.
void move_headings(cmark_node* root, int top) {
  int highest = 6;
  each(root, CMARK_NODE_HEADING, [&](cmark_node* h) { highest = std::min(highest, cmark_node_get_heading_level(h)); });
  if (highest >= top) return;
  each(root, CMARK_NODE_HEADING,
       [&](cmark_node* h) { cmark_node_set_heading_level(h, std::min(6, cmark_node_get_heading_level(h) + top - highest)); });
}

Node parsed(std::string_view markdown) {
  const auto parser = new_parser();
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  return {cmark_parser_finish(parser.get()), cmark_node_free};
}

/// The text in a node's place.
void put_text(cmark_node* node, bool block) {
  auto* text = cmark_node_new(CMARK_NODE_TEXT);
  cmark_node_set_literal(text, cmark_node_get_literal(node));
  auto* shown = text;
  if (block) cmark_node_append_child(shown = cmark_node_new(CMARK_NODE_PARAGRAPH), text);
  cmark_node_replace(node, shown);
  cmark_node_free(node);
}

/// Parsed with its raw HTML as text. without_html() leaves none that it knows of; what is left after all is text too.
Node document_of(std::string_view markdown) {
  auto root = parsed(without_html(markdown));
  for (const auto type : {CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE}) {
    std::vector<cmark_node*> found;
    each(root.get(), type, [&](cmark_node* node) { found.push_back(node); });
    for (auto* node : found) put_text(node, type == CMARK_NODE_HTML_BLOCK);
  }
  return root;
}

/// Writes down what a document shows.
class Shown {
 public:
  std::string of(cmark_node* root) {
    const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> walk{cmark_iter_new(root), cmark_iter_free};
    for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(walk.get()))
      visit(cmark_iter_get_node(walk.get()), event == CMARK_EVENT_ENTER);
    return std::move(out_);
  }

 private:
  void say(const char* text) {
    for (; text && *text; ++text) {
      if (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') {
        blank_ = true;
        continue;
      }
      if (blank_ && !out_.empty() && out_.back() != '\n') out_ += ' ';
      blank_ = false;
      out_ += *text;
    }
  }
  /// A line of its own that no text can make: it begins with a control sign.
  void line(const std::string& what) { out_ += "\n\x01" + what + "\n", blank_ = false; }
  void sign(const std::string& what) { say(" "), out_ += "\x01" + what + "\x01"; }

  void visit(cmark_node* node, bool enters) {
    const auto type = cmark_node_get_type(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
      blank_ = true;
    else if (type == CMARK_NODE_TEXT)
      say(cmark_node_get_literal(node));
    else if (type == CMARK_NODE_CODE)
      sign("code " + std::string(cmark_node_get_literal(node)));
    else if (type == CMARK_NODE_CODE_BLOCK)
      line("code " + std::string(cmark_node_get_fence_info(node)) + "\n" + cmark_node_get_literal(node));
    else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
      sign(std::string(type == CMARK_NODE_LINK ? "link" : "image") +
           (enters ? "" : std::string(" ") + cmark_node_get_url(node) + "\x02" + cmark_node_get_title(node)));
    else if (type == CMARK_NODE_LIST) {
      if (enters && cmark_node_get_list_type(node) == CMARK_ORDERED_LIST) line("from " + std::to_string(cmark_node_get_list_start(node)));
    } else if (type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG)
      return;
    else if ((type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK)
      line((enters ? "+" : "-") + shape(node, type));
    else
      sign((enters ? "+" : "-") + std::string(cmark_node_get_type_string(node)));
  }
  static std::string shape(cmark_node* node, cmark_node_type type) {
    std::string out = cmark_node_get_type_string(node);
    if (type == CMARK_NODE_HEADING) out += std::to_string(cmark_node_get_heading_level(node));
    if (out == "table")
      for (int i = 0; i < cmark_gfm_extensions_get_table_columns(node); ++i)
        out += std::to_string(int(cmark_gfm_extensions_get_table_alignments(node)[i]));
    return out;
  }

  std::string out_;
  bool blank_ = false;
};

}  // namespace

std::string to_text(std::string_view markdown) {
  if (markdown.empty()) return {};
  const auto root = document_of(markdown);
  std::vector<cmark_node*> links;
  each(root.get(), CMARK_NODE_LINK, [&](cmark_node* link) { links.push_back(link); });
  for (auto* link : links) {
    std::string words;
    each(link, CMARK_NODE_TEXT, [&](cmark_node* text) { words += cmark_node_get_literal(text); });
    const std::string url = cmark_node_get_url(link);
    if (url.empty() || url.ends_with(words)) continue;  // "https://host/", or "host" that was found to be one
    auto* address = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node_set_literal(address, (" (" + url + ")").c_str());
    cmark_node_insert_after(link, address);
  }
  const std::unique_ptr<char, decltype(&std::free)> text{cmark_render_plaintext(root.get(), CMARK_OPT_DEFAULT, 0), std::free};
  std::string out;
  for (std::string_view rest = text.get(); !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    while (line.ends_with(' ')) line.remove_suffix(1);
    out.append(line) += '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string shown_by(std::string_view markdown) { return Shown{}.of(document_of(markdown).get()); }

std::string code_of(std::string_view markdown) {
  const auto root = parsed(markdown);
  std::string out;
  for (const auto type : {CMARK_NODE_CODE, CMARK_NODE_CODE_BLOCK})
    each(root.get(), type, [&](cmark_node* node) { out += std::string(cmark_node_get_literal(node)) + "\n"; });
  return out;
}

std::vector<Image> images_of(std::string_view markdown) {
  const auto root = document_of(markdown);
  std::vector<Image> out;
  each(root.get(), CMARK_NODE_IMAGE, [&](cmark_node* node) {
    auto* block = cmark_node_parent(node);
    while ((cmark_node_get_type(block) & CMARK_NODE_TYPE_MASK) != CMARK_NODE_TYPE_BLOCK) block = cmark_node_parent(block);
    Image image{.url = cmark_node_get_url(node), .line = cmark_node_get_start_line(block)};
    each(node, CMARK_NODE_TEXT, [&](cmark_node* text) { image.text += cmark_node_get_literal(text); });
    out.push_back(std::move(image));
  });
  return out;
}

std::string to_html(std::string_view markdown, int top_heading) {
  const auto root = document_of(markdown);
  move_headings(root.get(), top_heading);
  const std::unique_ptr<char, decltype(&std::free)> html{cmark_render_html(root.get(), CMARK_OPT_SAFE, nullptr), std::free};
  return html.get();
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t' || c == '\r') out += c;
    }
  }
  return out;
}

}  // namespace evenkeel::markdown
