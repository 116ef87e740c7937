namespace AuthServer.Admin;

/// <summary>How a member of a client's metadata is typed.</summary>
internal enum ClientFieldKind
{
    /// <summary>One line.</summary>
    Text,

    /// <summary>A list, one value a line.</summary>
    Lines,

    /// <summary>A JSON object, over several lines.</summary>
    Json,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>Yes, no, or as usual.</summary>
    OptionalFlag,

    /// <summary>One of a few.</summary>
    Choice,

    /// <summary>Any of a few.</summary>
    Choices,
}
