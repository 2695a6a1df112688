#include "markdown/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace evenkeel::markdown {
namespace {

using Parser = std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)>;
using Node = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;

Parser new_parser() {
  static std::once_flag once;
  std::call_once(once, cmark_gfm_core_extensions_ensure_registered);
  Parser parser{cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8), cmark_parser_free};
  for (const auto* name : {"table", "strikethrough", "autolink", "tagfilter"})
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

}  // namespace

std::string words_of(std::string_view markdown) {
  const auto parser = new_parser();
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  const Node root{cmark_parser_finish(parser.get()), cmark_node_free};
  std::string out;
  bool blank = false;
  const auto say = [&](const char* text) {
    for (; text && *text; ++text) {
      if (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') {
        blank = true;
        continue;
      }
      if (blank && !out.empty() && out.back() != '\n') out += ' ';
      blank = false;
      out += *text;
    }
  };
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> walk{cmark_iter_new(root.get()), cmark_iter_free};
  for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(walk.get())) {
    auto* node = cmark_iter_get_node(walk.get());
    const auto type = cmark_node_get_type(node);
    const bool enters = event == CMARK_EVENT_ENTER;
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
      blank = true;
    else if (enters && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK))
      say(cmark_node_get_literal(node));
    else if (!enters && (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)) {
      say(type == CMARK_NODE_LINK ? " <" : " !<");
      say(cmark_node_get_url(node));
      say("> ");
    }
    const bool leaf_block = type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_THEMATIC_BREAK;
    if ((type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK && (leaf_block || !enters) && !out.empty() && out.back() != '\n')
      out += '\n', blank = false;
  }
  return out;
}

std::vector<Image> images_of(std::string_view markdown) {
  const auto parser = new_parser();
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  const Node root{cmark_parser_finish(parser.get()), cmark_node_free};
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
  const auto parser = new_parser();
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  const Node root{cmark_parser_finish(parser.get()), cmark_node_free};
  move_headings(root.get(), top_heading);
  const std::unique_ptr<char, decltype(&std::free)> html{
      cmark_render_html(root.get(), CMARK_OPT_SAFE, cmark_parser_get_syntax_extensions(parser.get())), std::free};
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
