using System.Text;
using Spectre.Console;

namespace Trading.Cli;

/// <summary>
/// Where a verb writes: for people in tables, or for programs as the node's JSON. Text from outside is shown without its
/// control characters: a symbol must not be able to move the operator's cursor.
/// </summary>
internal sealed class Screen(Surroundings around, bool json)
{
    private static readonly Style Heading = new(decoration: Decoration.Dim | Decoration.Underline);

    public bool IsJson => json;

    public int Width => around.Console.Profile.Width;

    /// <summary>One document, as the node wrote it.</summary>
    public void Json(string document) => around.Out.WriteLine(document);

    public void Line(string text = "") => Line(text, Style.Plain);

    public void Line(string text, Style style)
    {
        if (around.Console.Profile.Capabilities.Ansi) around.Console.WriteLine(Clean(text), style);
        else around.Out.WriteLine(Clean(text)); // a file or a program gets whole lines
    }

    /// <summary>A heading per column; those that begin with <c>&gt;</c> are aligned to the right.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<Cell[]> rows)
    {
        var grid = new Grid();
        foreach (var heading in headings)
        {
            var alignment = heading.StartsWith('>') ? Justify.Right : Justify.Left;
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0), Alignment = alignment });
        }

        List<Text[]> lines = [[.. headings.Select(heading => new Text(heading.TrimStart('>'), Heading))]];
        lines.AddRange(rows.Select(row => row.Select(cell => new Text(Clean(cell.Text), cell.Style)).ToArray()));
        foreach (var line in lines) grid.AddRow(line);
        Write(grid, needs: Enumerable.Range(0, headings.Count).Sum(column => lines.Max(line => line[column].Length) + 2));
    }

    /// <summary>A row that needs more than the screen has becomes a longer line; its figures are not broken into pieces.</summary>
    private void Write(Grid grid, int needs)
    {
        var width = around.Console.Profile.Width;
        around.Console.Profile.Width = Math.Max(width, needs);
        around.Console.Write(grid);
        around.Console.Profile.Width = width;
    }

    /// <summary>Label and value, one pair a line; pairs without a value are left out.</summary>
    public void Facts(params (string Label, string? Value)[] facts)
    {
        var width = facts.Max(fact => fact.Label.Length);
        foreach (var (label, value) in facts)
            if (!string.IsNullOrEmpty(value)) Line($"  {label.PadRight(width)}  {value}");
    }

    public static string Clean(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) ? '·' : c);
        return clean.ToString();
    }
}

internal readonly record struct Cell(string Text, Style Style)
{
    public static implicit operator Cell(string? text) => new(text ?? "–", Style.Plain);

    public static Cell Good(string text) => new(text, new Style(Color.Green));

    public static Cell Bad(string text) => new(text, new Style(Color.Red, decoration: Decoration.Bold));

    public static Cell Faint(string text) => new(text, new Style(decoration: Decoration.Dim));
}
